# One dashboard, to read from top to bottom: availability, latency, backlog, failures.

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.prefix
  dashboard_body = jsonencode({ widgets = local.widgets })
}

locals {
  # Rows of widgets with their heading. Heights are in the dashboard's units; a row is 24 units wide.
  rows = [
    { title = "Is it up?", widgets = local.up },
    { title = "Is it fast?", widgets = local.fast },
    { title = "Is it behind?", widgets = local.behind },
    { title = "What failed?", widgets = local.failed },
  ]
  heading_height = 1
  widget_height  = 6
  row_height     = local.heading_height + local.widget_height

  widgets = concat(local.headings, local.metric_widgets...)

  headings = [
    for i, row in local.rows : {
      type       = "text"
      x          = 0
      y          = i * local.row_height
      width      = 24
      height     = local.heading_height
      properties = { markdown = "## ${row.title}" }
    }
  ]

  metric_widgets = [
    for i, row in local.rows : [
      for j, w in row.widgets : {
        type   = "metric"
        x      = j * floor(24 / length(row.widgets))
        y      = i * local.row_height + local.heading_height
        width  = floor(24 / length(row.widgets))
        height = local.widget_height
        properties = {
          title   = w.title
          metrics = w.metrics
          stat    = w.stat
          region  = var.region
          view    = "timeSeries"
          period  = 60
          stacked = false
        }
      }
    ]
  ]
}
