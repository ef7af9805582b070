output "arns" {
  description = "What the cluster may read"
  value       = [for secret in aws_secretsmanager_secret.this : secret.arn]
}

output "key_arn" {
  description = "What it has to be able to decrypt them by"
  value       = aws_kms_key.this.arn
}
