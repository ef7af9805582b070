# The bot layer at the edge, the cheapest first. What Tidegate asks for itself comes after it: docs/anti-bot.md.
resource "aws_wafv2_web_acl" "this" {
  name        = var.name
  description = "Bots, before they reach the origin"
  scope       = "CLOUDFRONT"

  default_action {
    allow {}
  }

  custom_response_body {
    key          = "rate-limited"
    content_type = "APPLICATION_JSON"
    content = jsonencode({
      type   = "about:blank", title = "Too many requests", status = 429, code = "rate_limited"
      detail = "This address asks too often."
    })
  }

  # Each address, in any minute.
  rule {
    name     = "rate-per-address"
    priority = 10

    action {
      block {
        custom_response {
          response_code            = 429
          custom_response_body_key = "rate-limited"
          response_header {
            name  = "Retry-After"
            value = "60"
          }
        }
      }
    }

    statement {
      rate_based_statement {
        aggregate_key_type    = "IP"
        evaluation_window_sec = 60
        limit                 = var.requests_per_address
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "rate-per-address"
      sampled_requests_enabled   = true
    }
  }

  # Programs whose TLS is known. A browser has the same fingerprint as millions of people: never list one of those.
  dynamic "rule" {
    for_each = var.blocked_ja4

    content {
      name     = "fingerprint-${rule.key}"
      priority = 100 + rule.key

      action {
        block {}
      }

      statement {
        byte_match_statement {
          search_string         = rule.value
          positional_constraint = "EXACTLY"

          field_to_match {
            ja4_fingerprint {
              fallback_behavior = "NO_MATCH"
            }
          }

          text_transformation {
            priority = 0
            type     = "NONE"
          }
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "fingerprint-${rule.key}"
        sampled_requests_enabled   = true
      }
    }
  }

  rule {
    name     = "bad-addresses"
    priority = 20

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesAmazonIpReputationList"
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "bad-addresses"
      sampled_requests_enabled   = true
    }
  }

  rule {
    name     = "bad-inputs"
    priority = 30

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesKnownBadInputsRuleSet"
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "bad-inputs"
      sampled_requests_enabled   = true
    }
  }

  # Signatures of known bots. It also names, by a label, whether a request brings proof of a browser.
  rule {
    name     = "known-bots"
    priority = 200

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesBotControlRuleSet"

        managed_rule_group_configs {
          aws_managed_rules_bot_control_rule_set {
            inspection_level = "COMMON"
          }
        }

        # The shop's own programs call the API, and are no browsers. Labels are given all the same.
        rule_action_override {
          name = "CategoryHttpLibrary"
          action_to_use {
            count {}
          }
        }

        rule_action_override {
          name = "SignalNonBrowserUserAgent"
          action_to_use {
            count {}
          }
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "known-bots"
      sampled_requests_enabled   = true
    }
  }

  # Pages of sales: a browser solves it unseen and shows the proof for ten minutes, a script does not.
  rule {
    name     = "challenge-pages"
    priority = 300

    action {
      challenge {}
    }

    challenge_config {
      immunity_time_property {
        immunity_time = 600
      }
    }

    statement {
      byte_match_statement {
        search_string         = "/sales/"
        positional_constraint = "STARTS_WITH"

        field_to_match {
          uri_path {}
        }

        text_transformation {
          priority = 0
          type     = "NONE"
        }
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "challenge-pages"
      sampled_requests_enabled   = true
    }
  }

  # Whoever joins without having been at a page. Only where no app and no program of the shop joins.
  dynamic "rule" {
    for_each = var.join_needs_browser ? ["/enter-queue"] : []

    content {
      name     = "join-without-browser"
      priority = 310

      action {
        block {}
      }

      statement {
        and_statement {
          statement {
            byte_match_statement {
              search_string         = rule.value
              positional_constraint = "ENDS_WITH"

              field_to_match {
                uri_path {}
              }

              text_transformation {
                priority = 0
                type     = "NONE"
              }
            }
          }

          statement {
            label_match_statement {
              scope = "LABEL"
              key   = "awswaf:managed:token:absent"
            }
          }
        }
      }

      visibility_config {
        cloudwatch_metrics_enabled = true
        metric_name                = "join-without-browser"
        sampled_requests_enabled   = true
      }
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = var.name
    sampled_requests_enabled   = true
  }
}
