# MSK takes users from secrets whose names begin so, under a key of one's own.
resource "aws_kms_key" "user" {
  description         = "Users of ${var.name}-kafka"
  enable_key_rotation = true
}

resource "aws_secretsmanager_secret" "user" {
  name                    = "AmazonMSK_${var.name}"
  kms_key_id              = aws_kms_key.user.arn
  recovery_window_in_days = 30
}

# In no plan and no state: it is made while this is applied. A new version makes a new one.
ephemeral "random_password" "user" {
  length  = 40
  special = false
}

resource "aws_secretsmanager_secret_version" "user" {
  secret_id                = aws_secretsmanager_secret.user.id
  secret_string_wo         = jsonencode({ username = local.user, password = ephemeral.random_password.user.result })
  secret_string_wo_version = 1
}

data "aws_iam_policy_document" "brokers" {
  statement {
    actions   = ["secretsmanager:GetSecretValue"]
    resources = [aws_secretsmanager_secret.user.arn]

    principals {
      type        = "Service"
      identifiers = ["kafka.amazonaws.com"]
    }
  }
}

resource "aws_secretsmanager_secret_policy" "user" {
  secret_arn = aws_secretsmanager_secret.user.arn
  policy     = data.aws_iam_policy_document.brokers.json
}

resource "aws_msk_scram_secret_association" "this" {
  cluster_arn     = aws_msk_cluster.this.arn
  secret_arn_list = [aws_secretsmanager_secret.user.arn]

  depends_on = [aws_secretsmanager_secret_version.user, aws_secretsmanager_secret_policy.user]
}
