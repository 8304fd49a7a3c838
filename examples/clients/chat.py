"""A conversation with a streamed answer, by Python's standard library alone: chat.py URL MODEL QUESTION"""
import json
import sys
import urllib.request

url, model, question = sys.argv[1:4]
body = {"model": model, "messages": [{"role": "user", "content": question}], "stream": True}
request = urllib.request.Request(
    f"{url}/chat/completions",
    data=json.dumps(body).encode(),
    headers={"content-type": "application/json", "authorization": "Bearer none"},
)
tandem = {}
with urllib.request.urlopen(request) as response:
    for line in response:
        line = line.decode().strip()
        if not line.startswith("data: ") or line == "data: [DONE]":
            continue
        chunk = json.loads(line[len("data: "):])
        if "error" in chunk:
            sys.exit(chunk["error"]["message"])
        for choice in chunk["choices"]:
            print(choice["delta"].get("content", ""), end="", flush=True)
        tandem = chunk.get("tandem", tandem)
print(f"\nanswered by {tandem['answeredBy']} ({tandem['place']}): {tandem['reason']}")
