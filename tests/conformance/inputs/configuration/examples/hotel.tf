terraform {
  required_providers {
    segment = { source = "segmentio/segment" }
  }
}

variable "workspace" {
  default = "hotel"
}

/* A comment that says: resource "segment_destination_subscription" "none" {} */
resource "segment_destination" "iterable" {
  name     = "iterable-${var.workspace}"
  enabled  = true
  settings = jsonencode({ apiKey = var.iterable_key })
}

# Written by hand, with jsonencode.
resource "segment_destination_subscription" "track" {
  destination_id = segment_destination.iterable.id
  action_id      = "3MrS3Se3PAaxL4wpQN93gA" # Custom Event
  name           = "Track Calls"
  enabled        = true
  trigger        = "type = \"track\" or event = \"Audience Entered\""
  settings = jsonencode({
    "eventName" : { "@path" : "$.event" },
    email = {
      "@if" = {
        exists = { "@path" = "$.context.traits.email" }
        then   = { "@path" = "$.context.traits.email" }, // the usual
        else   = { "@path" = "$.properties.email" }
      }
    }
    "dataFields" = {
      "Room Type"     = { "@path" = "$.properties.room_type" }
      "Price Note"    = { "@template" = "$${not evaluated} {{properties.price}} 100%" }
      "Nights Booked" = { "@path" = "$.properties.nights" }
    }
    items = {
      "@arrayPath" = [
        { "@path" = "$.properties.rooms" },
        { "id" = { "@path" = "$.room_id" } },
      ]
    }
    batch_size      = 1001
    enable_batching = true
  })
}

# What `terraform plan -generate-config-out` wrote.
resource "segment_destination_subscription" "id-66a0_identify" {
  action_id      = "ifeXsLqNNjJ5HJdRKSJwea"
  destination_id = "66a0c0ffee0000000000beef"
  enabled        = true
  model_id       = null
  name           = "Identify Calls"
  settings       = "{\"email\":{\"@path\":\"$.traits.email\"},\"phoneNumber\":null,\"userId\":{\"@path\":\"$.userId\"}}"
  trigger        = "type = \"identify\" and context.account_updated = false"
}

resource "segment_destination_subscription" "guests" {
  destination_id = segment_destination.iterable.id
  action_id      = "ifeXsLqNNjJ5HJdRKSJwea"
  model_id       = segment_reverse_etl_model.guests.id
  name           = "Guests of the warehouse"
  enabled        = "true"
  trigger        = "event = \"new\" or event = \"updated\""
  reverse_etl_schedule = {
    strategy = "PERIODIC"
    config   = jsonencode({ interval = "1h" })
  }
  settings = <<-JSON
    {
      "userId": {"@path": "$.properties.USER_ID"},
      "email": {"@path": "$.__segment_id"}
    }
  JSON
}

resource "segment_destination_subscription" "old_identify" {
  destination_id = segment_destination.iterable.id
  action_id      = "ifeXsLqNNjJ5HJdRKSJwea"
  name           = "Identify Calls"
  enabled        = false
  trigger        = "type = \"identify\""
  settings       = jsonencode({ email = var.path_of_email })
}

resource "segment_destination_subscription" "webhook" {
  destination_id = segment_destination.webhook.id
  action_id      = "qwErtzUiopAsdfghjkl123"
  name           = "Tell the porter"
  enabled        = true
  trigger        = "type = \"track\""
  settings       = jsonencode(merge(local.defaults, { url = "https://porter.example" }))
}
