"""Discord in: guard, translate, call one service, answer."""
