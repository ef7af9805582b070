# REGIONAL: a synchronous copy in another zone, which has everything when it takes over.
resource "google_sql_database_instance" "this" {
  name                = var.name
  region              = var.region
  database_version    = "POSTGRES_17"
  deletion_protection = var.deletion_protection

  settings {
    edition                     = "ENTERPRISE"
    tier                        = var.tier
    availability_type           = var.regional ? "REGIONAL" : "ZONAL"
    disk_type                   = "PD_SSD"
    disk_size                   = var.storage_gb
    disk_autoresize             = true
    deletion_protection_enabled = var.deletion_protection

    ip_configuration {
      ipv4_enabled    = false
      private_network = var.network_id
      ssl_mode        = "ENCRYPTED_ONLY"
    }

    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
      transaction_log_retention_days = 7

      backup_retention_settings {
        retained_backups = var.backups
      }
    }

    # Above the sum of what all processes may open: docs/operations.md.
    database_flags {
      name  = "max_connections"
      value = tostring(var.max_connections)
    }

    maintenance_window {
      day          = 1
      hour         = 3
      update_track = "stable"
    }
  }
}

# Its user is made by hand: a password made here would be in the state.
resource "google_sql_database" "this" {
  name     = "tidegate"
  instance = google_sql_database_instance.this.name
}
