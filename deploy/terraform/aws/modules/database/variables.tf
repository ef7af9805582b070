variable "name" {
  description = "Begins the name of everything that is made, such as tidegate-production"
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,30}$", var.name))
    error_message = "The name is 3 to 31 small letters, digits and hyphens, a letter first."
  }
}

variable "vpc_id" {
  description = "The network"
  type        = string
}

variable "subnet_ids" {
  description = "Private subnets, in different zones"
  type        = list(string)
}

variable "client_security_group_id" {
  description = "Who may connect: the nodes of the cluster"
  type        = string
}

variable "instance_class" {
  description = "Machine of the database"
  type        = string

  validation {
    condition     = startswith(var.instance_class, "db.")
    error_message = "A class of RDS, such as db.m7g.large."
  }
}

variable "multi_az" {
  description = "Whether a synchronous standby waits in another zone"
  type        = bool
}

variable "replica" {
  description = "Whether there is a read replica for lists and reports"
  type        = bool
}

variable "storage_gb" {
  description = "Disk, which grows to four times as much by itself"
  type        = number

  validation {
    condition     = var.storage_gb >= 20
    error_message = "20 GB at least: RDS has no smaller gp3."
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

variable "backup_days" {
  description = "How far back any moment can be restored (PITR)"
  type        = number

  validation {
    condition     = var.backup_days >= 7 && var.backup_days <= 35
    error_message = "From 7 to 35 days."
  }
}

variable "deletion_protection" {
  description = "Whether it has to be turned off before it can be deleted, and leaves a last copy then"
  type        = bool
}
