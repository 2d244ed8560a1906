"""A simulated Shopify shop: the GraphQL Admin API 2026-07 over invented data. https://shopify.dev/docs/api/admin-graphql"""
