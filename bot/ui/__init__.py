"""What Discord shows: cards, buttons, modals, and drawing them."""
