"""A simulated shop of the HostedShop family (DanDomain, Smartweb, ScanNet, Wannafind): its SOAP API and its webhooks."""
