"""A ShopGo shop's Management API, as its documentation at docs.shopgo.me describes it."""
