variable "name" {
  description = "Begins the name of everything that is made, such as tidegate-production"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,30}$", var.name))
    error_message = "The name is 3 to 31 small letters, digits and hyphens, a letter first."
  }
}

variable "domain" {
  description = "Where buyers come to"
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9.-]+\\.[a-z]{2,}$", var.domain))
    error_message = "A name such as shop.example."
  }
}

variable "origin_domain" {
  description = "A name of the balancer that the ingress makes, with a certificate for it there"
  type        = string

  validation {
    condition     = can(regex("^[a-z0-9.-]+\\.[a-z]{2,}$", var.origin_domain))
    error_message = "A name such as origin.shop.example."
  }
}

variable "origin_region" {
  description = "Region of the balancer; the edge itself is in us-east-1"
  type        = string
}

variable "vpc_id" {
  description = "Network of the balancer"
  type        = string
}

variable "vpc_cidr" {
  description = "Addresses of that network: where pods are"
  type        = string
}

variable "certificate_arn" {
  description = "Certificate for the domain, in us-east-1"
  type        = string

  validation {
    condition     = startswith(var.certificate_arn, "arn:aws:acm:us-east-1:")
    error_message = "CloudFront takes certificates of ACM in us-east-1 alone."
  }
}

variable "price_class" {
  description = "Where in the world CloudFront answers"
  type        = string
  default     = "PriceClass_100"

  validation {
    condition     = contains(["PriceClass_100", "PriceClass_200", "PriceClass_All"], var.price_class)
    error_message = "PriceClass_100, PriceClass_200 or PriceClass_All."
  }
}

variable "requests_per_address" {
  description = "Requests that one address may send in any minute, all paths together"
  type        = number

  validation {
    condition     = var.requests_per_address >= 100
    error_message = "100 at least: people behind one address are many, and AWS takes no less than 10."
  }
}

variable "blocked_ja4" {
  description = "JA4 fingerprints of programs that were seen to buy up sales"
  type        = list(string)
  default     = []

  validation {
    condition     = alltrue([for ja4 in var.blocked_ja4 : can(regex("^[a-z0-9]{10}_[0-9a-f]{12}_[0-9a-f]{12}$", ja4))])
    error_message = "JA4 fingerprints, such as t13d1516h2_8daaf6152771_b0da82dd2708."
  }
}

variable "join_needs_browser" {
  description = "Whether who has solved no challenge is refused a place. Not where an app of the shop joins"
  type        = bool
  default     = false
}
