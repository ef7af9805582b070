output "address" {
  description = "Host of DATABASE_URL"
  value       = aws_db_instance.this.address
}

output "replica_address" {
  description = "Host of DATABASE_REPLICA_URL; null without one"
  value       = var.replica ? aws_db_instance.replica[0].address : null
}

output "id" {
  description = "For alarms"
  value       = aws_db_instance.this.identifier
}

output "password_secret_arn" {
  description = "Where RDS keeps the password, which is in no state"
  value       = aws_db_instance.this.master_user_secret[0].secret_arn
}
