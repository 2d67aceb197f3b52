"""A double of Discord on the loopback interface: REST v10 and gateway v10, over real sockets."""
