#!/bin/sh
# Denies writes to a bucket by a policy, and proves it; with A2O_CUTOVER_ACTION=undo, takes the policy away again.
# A bucket that has a policy already needs one that contains both.
set -eu
bucket=$1
case $A2O_CUTOVER_ACTION in
do)
  aws s3api put-bucket-policy --bucket "$bucket" --policy "{
    \"Version\": \"2012-10-17\",
    \"Statement\": [{
      \"Sid\": \"CutoverFreeze\", \"Effect\": \"Deny\", \"Principal\": \"*\",
      \"Action\": [\"s3:PutObject\", \"s3:DeleteObject\", \"s3:DeleteObjectVersion\"],
      \"Resource\": \"arn:aws:s3:::$bucket/*\"
    }]
  }"
  # An upload that was begun before would appear as an object when it is completed.
  aws s3api list-multipart-uploads --bucket "$bucket" --query 'Uploads[].[Key, UploadId]' --output text |
    while read -r key upload; do
      [ "$key" = None ] || aws s3api abort-multipart-upload --bucket "$bucket" --key "$key" --upload-id "$upload"
    done
  if aws s3api put-object --bucket "$bucket" --key .cutover-canary >/dev/null 2>&1; then
    echo "The bucket $bucket still takes objects." >&2
    exit 1
  fi
  ;;
undo)
  aws s3api delete-bucket-policy --bucket "$bucket"
  ;;
esac
