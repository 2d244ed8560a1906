"""What is asked for. https://shopify.dev/docs/api/admin-graphql

Amounts are asked for in the presentment currency, in which the buyer paid: there alone an order adds up to the cent.
"""

PAGE_INFO = "pageInfo { hasNextPage endCursor }"
_MONEY = "{ presentmentMoney { amount } }"
_TAXES = f"taxLines {{ rate priceSet {_MONEY} }}"
_ADDRESS = """{ firstName lastName name company address1 address2 zip city province provinceCode country countryCodeV2 phone }"""
_LINE_GOODS = "lineItem { id sku variant { id } }"

LINE = f"""
  id title variantTitle sku quantity
  variant {{ id }}
  originalUnitPriceSet {_MONEY}
  discountAllocations {{ allocatedAmountSet {_MONEY} }}
  {_TAXES}"""
SHIPPING_LINE = f"""
  id title code
  originalPriceSet {_MONEY} discountedPriceSet {_MONEY}
  {_TAXES}"""
TRANSACTION = f"""
  id kind status gateway formattedGateway manualPaymentGateway createdAt processedAt
  amountSet {_MONEY}"""
FULFILLMENT = """
  id status createdAt updatedAt
  trackingInfo { company number }"""
FULFILLMENT_LINE = f"id quantity {_LINE_GOODS}"
REFUND = f"""
  id createdAt
  totalRefundedSet {_MONEY}"""
REFUND_LINE = f"id quantity subtotalSet {_MONEY} totalTaxSet {_MONEY} {_LINE_GOODS}"
REFUND_SHIPPING = f"id subtotalAmountSet {_MONEY} taxAmountSet {_MONEY}"

_ORDER = f"""
  id name email phone poNumber note tags
  createdAt processedAt updatedAt closedAt cancelledAt cancelReason edited
  displayFinancialStatus displayFulfillmentStatus
  currencyCode presentmentCurrencyCode taxesIncluded
  customerLocale customerAcceptsMarketing clientIp sourceName cartToken checkoutToken discountCodes paymentGatewayNames
  customAttributes {{ key value }}
  customerJourneySummary {{ firstVisit {{ landingPage referrerUrl }} }}
  retailLocation {{ id name }}
  billingAddress {_ADDRESS}
  shippingAddress {_ADDRESS}
  customer {{ id firstName lastName locale defaultEmailAddress {{ emailAddress }} }}
  totalPriceSet {_MONEY} totalTaxSet {_MONEY} totalDiscountsSet {_MONEY}
  originalTotalDutiesSet {_MONEY} originalTotalAdditionalFeesSet {_MONEY}
  transactions(first: 250) {{ {TRANSACTION} }}"""
MOVEMENTS = f"""
  fulfillments(first: 250) {{ {FULFILLMENT} fulfillmentLineItems(first: 20) {{ nodes {{ {FULFILLMENT_LINE} }} {PAGE_INFO} }} }}
  refunds(first: 250) {{ {REFUND}
    refundLineItems(first: 20) {{ nodes {{ {REFUND_LINE} }} {PAGE_INFO} }}
    refundShippingLines(first: 5) {{ nodes {{ {REFUND_SHIPPING} }} {PAGE_INFO} }}
    transactions(first: 10) {{ nodes {{ {TRANSACTION} }} {PAGE_INFO} }}
  }}"""
"""Not to be had in bulk: a bulk operation takes no connection (the lines) within a list (fulfillments, refunds)."""
ORDER = f"""{_ORDER}
  shippingLines(first: 5) {{ nodes {{ {SHIPPING_LINE} }} {PAGE_INFO} }}
  lineItems(first: 30) {{ nodes {{ {LINE} }} {PAGE_INFO} }}
  {MOVEMENTS}"""
ORDER_BULK = f"""{_ORDER}
  fulfillments(first: 250) {{ id }} refunds(first: 250) {{ id }}
  shippingLines {{ edges {{ node {{ __typename {SHIPPING_LINE} }} }} }}
  lineItems {{ edges {{ node {{ {LINE} }} }} }}"""

LEVEL = 'id location { id } quantities(names: ["available"]) { name quantity }'
# The image, though deprecated for a list of media: a bulk operation takes five lists, and the products' use them up.
_VARIANT = """
  id title displayName sku barcode price compareAtPrice taxable createdAt updatedAt
  inventoryPolicy inventoryQuantity selectedOptions { name value } image { url altText }
  product { id handle status publishedAt onlineStoreUrl vendor productType }
  inventoryItem { id tracked unitCost { amount } measurement { weight { value unit } } %s }"""
VARIANT = _VARIANT % f"inventoryLevels(first: 10) {{ nodes {{ {LEVEL} }} {PAGE_INFO} }}"
_VARIANT_BULK = _VARIANT % f"inventoryLevels {{ edges {{ node {{ {LEVEL} }} }} }}"
MEDIA = "id alt preview { image { url } }"
_PRODUCT = """
  id title handle descriptionHtml vendor productType status tags templateSuffix
  createdAt updatedAt publishedAt onlineStoreUrl
  category { fullName } seo { title description }"""
PRODUCT = f"""{_PRODUCT}
  collections(first: 20) {{ nodes {{ id }} {PAGE_INFO} }}
  media(first: 20) {{ nodes {{ {MEDIA} }} {PAGE_INFO} }}
  variants(first: 20) {{ nodes {{ {VARIANT} }} {PAGE_INFO} }}"""
PRODUCT_BULK = f"""{_PRODUCT}
  collections {{ edges {{ node {{ id }} }} }}
  media {{ edges {{ node {{ {MEDIA} }} }} }}
  variants {{ edges {{ node {{ {_VARIANT_BULK} }} }} }}"""

_CUSTOMER = """
  id firstName lastName locale note tags state verifiedEmail taxExempt createdAt updatedAt
  defaultEmailAddress { emailAddress marketingState }
  defaultAddress { id }"""
CUSTOMER_ADDRESS = _ADDRESS.replace("{", "{ id", 1).strip("{}")
CUSTOMER = f"{_CUSTOMER} addressesV2(first: 10) {{ nodes {{ {CUSTOMER_ADDRESS} }} {PAGE_INFO} }}"
CUSTOMER_BULK = f"{_CUSTOMER} addressesV2 {{ edges {{ node {{ {CUSTOMER_ADDRESS} }} }} }}"

COLLECTION = """
  id title handle descriptionHtml sortOrder templateSuffix updatedAt
  seo { title description } image { id url altText }
  resourcePublicationsCount(onlyPublished: true) { count }"""

NESTED = {
    "lineItems": LINE,
    "shippingLines": SHIPPING_LINE,
    "fulfillmentLineItems": FULFILLMENT_LINE,
    "refundLineItems": REFUND_LINE,
    "refundShippingLines": REFUND_SHIPPING,
    "transactions": TRANSACTION,
    "collections": "id",
    "media": MEDIA,
    "variants": VARIANT,
    "inventoryLevels": LEVEL,
    "addressesV2": CUSTOMER_ADDRESS,
}
"""The connections that are paged on where a record's first page of them is not all: name -> fields of a node."""
