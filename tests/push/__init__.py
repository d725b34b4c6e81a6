"""The push companies as this machine plays them: Web Push, APNs and FCM over HTTP/2."""
