"""`make pictures`: a sale in both chats, played on the page, kept as the pictures of the documents."""
