"""Which fields a session gives. Without these sets a record is its Id alone.

Nested names inline whole objects. Left out on purpose: `User` and `Tags`, which hold passwords and the e-mail addresses of people
who wrote reviews.
"""

FIELD_SETS: dict[str, dict[str, str]] = {
    "Order": {
        "Order_SetFields": (
            "Id,InvoiceNumber,Currency,CustomerId,Customer,UserId,Site,LanguageISO,Status,Payment,Transactions,Vat,Total,"
            "OrderComment,OrderCommentExternal,CustomerComment,DeliveryComment,DeliveryTime,TrackingCode,DateDelivered,DateDue,"
            "DateSent,DateUpdated,OrderLines,Packing,Delivery,DiscountCodes,ReferenceNumber,Origin,ReferralCode"
        ),
        "Order_SetOrderLineFields": (
            "Id,ProductId,VariantId,Amount,PacketLines,PacketTitle,PacketId,ProductTitle,VariantTitle,AdditionalTitle,ItemNumber,"
            "ItemNumberSupplier,Discount,Price,BuyPrice,StockStatus,Status,TrackingCode,Weight,LineAddresses,VatRate,Unit,"
            "ExtendedDataInternal,ExtendedDataExternal"
        ),
    },
    "Product": {
        "Product_SetFields": (
            "Id,CategoryId,SecondaryCategoryIds,Producer,Online,Status,DisableOnEmpty,CallForPrice,Stock,StockLow,OutOfStockBuy,"
            "ItemNumber,ItemNumberSupplier,RelationCode,Url,ProductUrl,Weight,BuyingPrice,Price,Discount,DiscountType,"
            "GuidelinePrice,DeliveryTime,DeliveryTimeId,Ean,DateCreated,DateUpdated,RelatedProductIds,LanguageISO,Title,SeoTitle,"
            "SeoDescription,SeoLink,Description,DescriptionShort,DescriptionLong,Variants,Pictures,CustomData,Discounts,"
            "StockLocations,Unit,MinAmount,Type,VatGroupId,VatGroup"
        ),
        "Product_SetVariantFields": (
            "Id,ProductId,Stock,StockLow,Price,BuyingPrice,ItemNumber,ItemNumberSupplier,Weight,DeliveryTime,DeliveryTimeId,"
            "Description,DescriptionLong,Status,DisableOnEmpty,Discount,DiscountType,Ean,PictureId,PictureIds,Sorting,"
            "VariantTypeValues,MinAmount,Title,StockLocations"
        ),
    },
    "User": {
        "User_SetFields": (
            "Id,UserGroupId,Type,Company,Cvr,Ean,Firstname,Lastname,Address,Address2,Zip,City,Country,CountryCode,Currency,Phone,"
            "Mobile,Email,Newsletter,DateCreated,DateUpdated,Approved,LanguageISO,Description,Number,Site,ShippingType,"
            "ShippingFirstname,ShippingLastname,ShippingCompany,ShippingCvr,ShippingEan,ShippingAddress,ShippingAddress2,"
            "ShippingZip,ShippingCity,ShippingCountry,ShippingCountryCode,ShippingState,ShippingPhone,ShippingMobile,"
            "ShippingEmail,Consent"
        ),
    },
}
"""The operations of a family -> what is to be called before them, with the fields. Others (categories, lists) have no sets."""
