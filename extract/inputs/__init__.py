"""What a user brings (输入): files of any kind, and tables that say more of them."""
