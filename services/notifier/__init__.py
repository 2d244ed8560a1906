"""notifier: calls the operator's webhook for every activity, at least once."""
