variable "name" {
  description = "Begins the name of everything that is made, such as tidegate-production"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,30}$", var.name))
    error_message = "The name is 3 to 31 small letters, digits and hyphens, a letter first."
  }
}

variable "region" {
  description = "Where it is"
  type        = string
}

variable "network_id" {
  description = "The network, which has a private connection to Google's services"
  type        = string
}

variable "tier" {
  description = "Machine of the database"
  type        = string

  validation {
    condition     = startswith(var.tier, "db-")
    error_message = "A tier of Cloud SQL, such as db-custom-2-7680."
  }
}

variable "regional" {
  description = "Whether a synchronous standby waits in another zone"
  type        = bool
}

variable "storage_gb" {
  description = "Disk, which grows by itself"
  type        = number

  validation {
    condition     = var.storage_gb >= 10
    error_message = "10 GB at least."
  }
}

variable "max_connections" {
  description = "What all processes together may open"
  type        = number

  validation {
    condition     = var.max_connections >= 100
    error_message = "100 at least: four processes open 44 and upgrades double that."
  }
}

variable "backups" {
  description = "Daily backups that are kept"
  type        = number

  validation {
    condition     = var.backups >= 7
    error_message = "7 at least."
  }
}

variable "deletion_protection" {
  description = "Whether it has to be turned off before it can be deleted"
  type        = bool
}
