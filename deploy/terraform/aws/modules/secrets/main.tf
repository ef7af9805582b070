# Places for secrets, and none of their values: those are set by hand, and are in no state and no git.
resource "aws_kms_key" "this" {
  description         = "Secrets of Tidegate in ${var.environment}"
  enable_key_rotation = true
}

resource "aws_secretsmanager_secret" "this" {
  for_each = toset(["shop", "monitoring"])

  name                    = "tidegate/${var.environment}/${each.value}"
  kms_key_id              = aws_kms_key.this.arn
  recovery_window_in_days = 30
}
