# What nodes may do: write logs and metrics, and read images. Everything else is a workload's.
resource "google_service_account" "nodes" {
  account_id   = "${var.name}-nodes"
  display_name = "Nodes of ${var.name}"
}

resource "google_project_iam_member" "nodes" {
  for_each = toset(["roles/container.defaultNodeServiceAccount", "roles/artifactregistry.reader"])

  project = var.project_id
  role    = each.value
  member  = google_service_account.nodes.member
}

resource "google_container_cluster" "this" {
  name                     = var.name
  location                 = var.region
  network                  = var.network_id
  subnetwork               = var.subnetwork_id
  remove_default_node_pool = true
  initial_node_count       = 1
  deletion_protection      = var.deletion_protection
  # It enforces network policies.
  datapath_provider = "ADVANCED_DATAPATH"

  release_channel {
    channel = "STABLE"
  }

  ip_allocation_policy {
    cluster_secondary_range_name  = "pods"
    services_secondary_range_name = "services"
  }

  private_cluster_config {
    enable_private_nodes    = true
    enable_private_endpoint = length(var.administrator_cidrs) == 0
    master_ipv4_cidr_block  = var.control_plane_cidr
  }

  master_authorized_networks_config {
    dynamic "cidr_blocks" {
      for_each = var.administrator_cidrs

      content {
        cidr_block = cidr_blocks.value
      }
    }
  }

  workload_identity_config {
    workload_pool = "${var.project_id}.svc.id.goog"
  }

  gateway_api_config {
    channel = "CHANNEL_STANDARD"
  }

  # Nothing is changed by itself while sales are on.
  maintenance_policy {
    recurring_window {
      start_time = "2025-01-06T02:00:00Z"
      end_time   = "2025-01-06T08:00:00Z"
      recurrence = "FREQ=WEEKLY;BYDAY=MO,TU"
    }
  }
}

resource "google_container_node_pool" "this" {
  name     = "tidegate"
  cluster  = google_container_cluster.this.id
  location = var.region

  # Of each zone.
  autoscaling {
    min_node_count = var.nodes_per_zone.min
    max_node_count = var.nodes_per_zone.max
  }

  upgrade_settings {
    max_surge       = 1
    max_unavailable = 0
  }

  node_config {
    machine_type    = var.machine_type
    service_account = google_service_account.nodes.email
    oauth_scopes    = ["https://www.googleapis.com/auth/cloud-platform"]

    shielded_instance_config {
      enable_secure_boot = true
    }

    # Pods see their own identity, not that of the node.
    workload_metadata_config {
      mode = "GKE_METADATA"
    }
  }
}

# External Secrets reads as this service account of Kubernetes, and reads the secrets of Tidegate alone.
resource "google_secret_manager_secret_iam_member" "external_secrets" {
  for_each = var.secret_ids

  secret_id = each.value
  role      = "roles/secretmanager.secretAccessor"
  member    = "principal://iam.googleapis.com/projects/${var.project_number}/locations/global/workloadIdentityPools/${var.project_id}.svc.id.goog/subject/ns/external-secrets/sa/external-secrets"

  depends_on = [google_container_cluster.this]
}
