"""What every service needs: settings, bus, store, crypto, metrics, logging."""
