output "address" {
  description = "Host and port of STORE_URL, which begins with rediss://; Node has to trust its CA (NODE_EXTRA_CA_CERTS)"
  value       = "${google_redis_instance.this.host}:${google_redis_instance.this.port}"
}
