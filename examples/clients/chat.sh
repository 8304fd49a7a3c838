#!/bin/sh
# A question and what the answer says of itself: chat.sh URL MODEL QUESTION
curl -sS --fail-with-body "$1/chat/completions" \
  -H 'content-type: application/json' \
  -H 'x-tandem-mode: local-only' \
  -d "{\"model\": \"$2\", \"messages\": [{\"role\": \"user\", \"content\": \"$3\"}]}"
