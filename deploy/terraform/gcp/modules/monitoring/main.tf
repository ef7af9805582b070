# What Prometheus in the cluster cannot see: whether the shop is reached from outside, and the managed stores.
resource "google_monitoring_notification_channel" "mail" {
  for_each = toset(var.mail_addresses)

  display_name = each.value
  type         = "email"
  labels       = { email_address = each.value }
}

resource "google_monitoring_uptime_check_config" "shop" {
  display_name = var.name
  period       = "60s"
  timeout      = "10s"

  http_check {
    path         = "/api/v1/build-info"
    port         = 443
    use_ssl      = true
    validate_ssl = true
  }

  monitored_resource {
    type   = "uptime_url"
    labels = { project_id = var.project_id, host = var.domain }
  }
}

resource "google_monitoring_alert_policy" "shop" {
  display_name          = "${var.name}: not reached from outside"
  combiner              = "OR"
  notification_channels = [for channel in google_monitoring_notification_channel.mail : channel.id]

  documentation {
    content = "docs/runbook.md, Gateways down"
  }

  conditions {
    display_name = "not reached from outside"

    condition_threshold {
      filter          = "resource.type = \"uptime_url\" AND metric.type = \"monitoring.googleapis.com/uptime_check/check_passed\" AND metric.label.check_id = \"${google_monitoring_uptime_check_config.shop.uptime_check_id}\""
      comparison      = "COMPARISON_GT"
      threshold_value = 1
      duration        = "120s"

      aggregations {
        alignment_period     = "60s"
        per_series_aligner   = "ALIGN_NEXT_OLDER"
        cross_series_reducer = "REDUCE_COUNT_FALSE"
        group_by_fields      = ["resource.label.host"]
      }
    }
  }
}

resource "google_monitoring_alert_policy" "certificate" {
  display_name          = "${var.name}: certificate ends within two weeks"
  combiner              = "OR"
  notification_channels = [for channel in google_monitoring_notification_channel.mail : channel.id]

  documentation {
    content = "Renew it"
  }

  conditions {
    display_name = "certificate ends within two weeks"

    condition_threshold {
      filter          = "resource.type = \"uptime_url\" AND metric.type = \"monitoring.googleapis.com/uptime_check/time_until_ssl_cert_expires\""
      comparison      = "COMPARISON_LT"
      threshold_value = 14
      duration        = "600s"

      aggregations {
        alignment_period   = "60s"
        per_series_aligner = "ALIGN_NEXT_OLDER"
      }
    }
  }
}

resource "google_monitoring_alert_policy" "database_disk" {
  display_name          = "${var.name}: disk of the database"
  combiner              = "OR"
  notification_channels = [for channel in google_monitoring_notification_channel.mail : channel.id]

  documentation {
    content = "docs/runbook.md, Disk full"
  }

  conditions {
    display_name = "disk of the database"

    condition_threshold {
      filter          = "resource.type = \"cloudsql_database\" AND metric.type = \"cloudsql.googleapis.com/database/disk/utilization\""
      comparison      = "COMPARISON_GT"
      threshold_value = 0.85
      duration        = "300s"

      aggregations {
        alignment_period   = "60s"
        per_series_aligner = "ALIGN_MAX"
      }
    }
  }
}

resource "google_monitoring_alert_policy" "database_cpu" {
  display_name          = "${var.name}: cores of the database"
  combiner              = "OR"
  notification_channels = [for channel in google_monitoring_notification_channel.mail : channel.id]

  documentation {
    content = "docs/runbook.md, Ledger behind"
  }

  conditions {
    display_name = "cores of the database"

    condition_threshold {
      filter          = "resource.type = \"cloudsql_database\" AND metric.type = \"cloudsql.googleapis.com/database/cpu/utilization\""
      comparison      = "COMPARISON_GT"
      threshold_value = 0.9
      duration        = "900s"

      aggregations {
        alignment_period   = "60s"
        per_series_aligner = "ALIGN_MEAN"
      }
    }
  }
}

resource "google_monitoring_alert_policy" "cache_memory" {
  display_name          = "${var.name}: memory of Redis"
  combiner              = "OR"
  notification_channels = [for channel in google_monitoring_notification_channel.mail : channel.id]

  documentation {
    content = "At 100 % it takes no orders any more: docs/operations.md, Redis"
  }

  conditions {
    display_name = "memory of Redis"

    condition_threshold {
      filter          = "resource.type = \"redis_instance\" AND metric.type = \"redis.googleapis.com/stats/memory/usage_ratio\""
      comparison      = "COMPARISON_GT"
      threshold_value = 0.75
      duration        = "120s"

      aggregations {
        alignment_period   = "60s"
        per_series_aligner = "ALIGN_MAX"
      }
    }
  }
}
