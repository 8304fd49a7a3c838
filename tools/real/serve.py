"""Serves one GGUF file by llama.cpp's own HTTP server, through the package xllamacpp.

serve.py FILE NAME CONTEXT SLOTS     listens on a free port of loopback and prints its address

One thread, which does not poll: servers that poll take the processor from each other.
"""

import os
import sys
import threading

import xllamacpp


def parameters(file, name, context, slots):
    given = xllamacpp.CommonParams()
    given.model.path = file
    given.model_alias = {name}
    given.hostnames = ["127.0.0.1"]
    given.port = 0
    given.n_ctx = context
    given.n_parallel = slots
    given.use_jinja = given.endpoint_props = given.endpoint_slots = True
    for cpu in (given.cpuparams, given.cpuparams_batch):
        cpu.n_threads = 1
        cpu.poll = 0
    given.warmup = False
    given.verbosity = -1
    return given


_, file, name, context, slots = sys.argv
server = xllamacpp.Server(parameters(file, name, int(context), int(slots)))
print(server.listening_address, flush=True)
# The program that started this one closes our input when it ends, however it ends.
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0))).start()
