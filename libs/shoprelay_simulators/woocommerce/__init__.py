"""A WooCommerce shop's REST API v3 and webhooks, as WooCommerce 10.0 with order tables behaves.

Documentation of the API: https://woocommerce.github.io/woocommerce-rest-api-docs/
"""
