output "address" {
  description = "Host of STORE_URL, which begins with rediss://"
  value       = aws_elasticache_replication_group.this.primary_endpoint_address
}

output "id" {
  description = "For alarms"
  value       = aws_elasticache_replication_group.this.id
}
