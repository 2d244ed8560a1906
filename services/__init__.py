"""The processes, one package each; they meet in libs/ and on the bus."""
