"""A Magento 2 shop: REST V1 with its lists, keys and errors, inventory sources, and a merchant's module that tells of changes.

Rows are kept as the API shows them; https://developer.adobe.com/commerce/webapi/rest/ says how.
"""
