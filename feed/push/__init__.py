"""Push for those away: Web Push, FCM and APNs behind one interface."""
