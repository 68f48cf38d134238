//go:build tools

package tools

import _ "github.com/terraform-provider-openstack/terraform-provider-openstack/v3"
