resource "aws_security_group" "this" {
  name        = "${var.name}-database"
  description = "database: nodes of the cluster alone"
  vpc_id      = var.vpc_id
}

resource "aws_vpc_security_group_ingress_rule" "nodes" {
  security_group_id            = aws_security_group.this.id
  referenced_security_group_id = var.client_security_group_id
  ip_protocol                  = "tcp"
  from_port                    = 5432
  to_port                      = 5432
}

resource "aws_db_subnet_group" "this" {
  name       = var.name
  subnet_ids = var.subnet_ids
}

resource "aws_db_parameter_group" "this" {
  name_prefix = "${var.name}-"
  family      = "postgres17"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  # What the ledger has said it has, leaves the outbox.
  parameter {
    name  = "synchronous_commit"
    value = "on"
  }

  # Above the sum of what all processes may open: docs/operations.md.
  parameter {
    name         = "max_connections"
    value        = tostring(var.max_connections)
    apply_method = "pending-reboot"
  }

  lifecycle {
    create_before_destroy = true
  }
}

# The standby of Multi-AZ is synchronous: one that takes over has everything.
resource "aws_db_instance" "this" {
  identifier                      = var.name
  engine                          = "postgres"
  engine_version                  = "17"
  instance_class                  = var.instance_class
  multi_az                        = var.multi_az
  db_name                         = "tidegate"
  username                        = "tidegate"
  manage_master_user_password     = true
  allocated_storage               = var.storage_gb
  max_allocated_storage           = var.storage_gb * 4
  storage_type                    = "gp3"
  storage_encrypted               = true
  db_subnet_group_name            = aws_db_subnet_group.this.name
  parameter_group_name            = aws_db_parameter_group.this.name
  vpc_security_group_ids          = [aws_security_group.this.id]
  publicly_accessible             = false
  backup_retention_period         = var.backup_days
  copy_tags_to_snapshot           = true
  deletion_protection             = var.deletion_protection
  skip_final_snapshot             = !var.deletion_protection
  final_snapshot_identifier       = var.deletion_protection ? "${var.name}-last" : null
  performance_insights_enabled    = true
  enabled_cloudwatch_logs_exports = ["postgresql"]
  apply_immediately               = false
}

# Lists and reports: DATABASE_REPLICA_URL. It may lag, and must never be promoted without need.
resource "aws_db_instance" "replica" {
  count = var.replica ? 1 : 0

  identifier             = "${var.name}-replica"
  replicate_source_db    = aws_db_instance.this.identifier
  instance_class         = var.instance_class
  parameter_group_name   = aws_db_parameter_group.this.name
  vpc_security_group_ids = [aws_security_group.this.id]
  storage_encrypted      = true
  publicly_accessible    = false
  skip_final_snapshot    = true
}
