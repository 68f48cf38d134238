# Copies a generated Go list of the AWS provider, keeping of its services those that the variable `services` names.
BEGIN {
  split(services, names, " ")
  for (i in names) kept[names[i]]
}
/^\t"github\.com\/.*\/service\/[a-z0-9]+"$/ {
  name = $1
  gsub(/^.*\/|"$/, "", name)
  if (!(name in kept)) next
}
/^\t\t[a-z0-9]+\.ServicePackage\(ctx\),$/ {
  name = $1
  sub(/\..*/, "", name)
  if (!(name in kept)) next
}
/^func \(c \*AWSClient\) / {
  name = $0
  sub(/^.*\*/, "", name)
  sub(/\.Client.*/, "", name)
  skipping = !(name in kept)
}
!skipping
/^}$/ { skipping = 0 }
