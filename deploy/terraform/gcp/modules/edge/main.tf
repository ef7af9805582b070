# Cloud Armor, for the backend service that the gateway of the cluster makes: a GCPBackendPolicy names it.
resource "google_compute_security_policy" "this" {
  name        = var.name
  description = "Bots, before they reach the origin"
  type        = "CLOUD_ARMOR"

  dynamic "rule" {
    for_each = var.blocked_ja4

    content {
      description = "A program whose TLS is known"
      priority    = 100 + rule.key
      action      = "deny(403)"

      match {
        expr {
          expression = "origin.tls_ja4_fingerprint == '${rule.value}'"
        }
      }
    }
  }

  rule {
    description = "Scanners"
    priority    = 500
    action      = "deny(403)"

    match {
      expr {
        expression = "evaluatePreconfiguredWaf('scannerdetection-v33-stable', {'sensitivity': 1})"
      }
    }
  }

  rule {
    description = "Each address, in any minute"
    priority    = 1000
    action      = "throttle"

    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }

    rate_limit_options {
      enforce_on_key = "IP"
      conform_action = "allow"
      exceed_action  = "deny(429)"

      rate_limit_threshold {
        count        = var.requests_per_address
        interval_sec = 60
      }
    }
  }

  # Every policy ends with it.
  rule {
    description = "Everybody else"
    priority    = 2147483647
    action      = "allow"

    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }
}
