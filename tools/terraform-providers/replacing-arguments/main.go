// Prints, for each resource type of the OpenStack provider that go.mod pins, the arguments whose change replaces the
// resource, as JSON. `terraform providers schema` does not tell them. Then run `npm run format`.
//
//	cd tools/terraform-providers && go run ./replacing-arguments > ../../test/upgrade/replacing-arguments.json
package main

import (
	"encoding/json"
	"log"
	"os"
	"sort"

	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/terraform-provider-openstack/terraform-provider-openstack/v3/openstack"
)

func main() {
	found := map[string][]string{}
	for name, resource := range openstack.Provider().ResourcesMap {
		arguments := replacing(resource.Schema, "")
		sort.Strings(arguments)
		found[name] = arguments
	}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(found); err != nil {
		log.Fatal(err)
	}
}

// replacing gives paths such as `network.uuid`, with the names of blocks.
func replacing(arguments map[string]*schema.Schema, prefix string) []string {
	found := []string{}
	for name, argument := range arguments {
		if argument.ForceNew {
			found = append(found, prefix+name)
		}
		if block, ok := argument.Elem.(*schema.Resource); ok {
			found = append(found, replacing(block.Schema, prefix+name+".")...)
		}
	}
	return found
}
