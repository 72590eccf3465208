"""Two small bots as they are usually written, to be measured beside Paylink. Nobody should run them."""
