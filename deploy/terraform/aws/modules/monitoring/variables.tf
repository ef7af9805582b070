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
}

variable "database_id" {
  description = "The instance of RDS"
  type        = string
}

variable "cache_id" {
  description = "The replication group of ElastiCache; null where Redis is elsewhere"
  type        = string
  default     = null
}
