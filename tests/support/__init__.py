"""What several tests share: a relay whose records are documents, a project with a shop, the topics as a subscriber sees them."""
