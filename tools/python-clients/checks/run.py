"""python run.py STRAIGHT_URL GATEWAY_URL [TEXT]: every check, straight and through the gateway."""

import importlib
import logging
import os
import sys
import warnings

os.environ.setdefault("OPENAI_AGENTS_DISABLE_TRACING", "1")
os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")
warnings.filterwarnings("ignore")
logging.disable(logging.ERROR)

from checking import Target, checks, outcome  # noqa: E402

straight_url, gateway_url, *texts = sys.argv[1:]
straight = Target(straight_url, "small")
through = {name: Target(gateway_url, name) for name in ("local", "cascade", "router")}
modules = (
    "openai_checks",
    "langchain_checks",
    "framework_checks",
    "other_checks",
    "guide_checks",
)
for module in modules:
    importlib.import_module(module)

lost = 0
passed = {name: 0 for name in ("straight", *through)}
for each in checks:
    if texts and not any(text in each.name for text in texts):
        continue
    said = {} if each.is_own else {"straight": outcome(each, straight, 60)}
    said |= {name: outcome(each, target, 60) for name, target in through.items()}
    is_wanted = each.is_own or said["straight"] == ""
    for name, why in said.items():
        passed[name] += why == ""
    failed = {name: why for name, why in said.items() if name in through and why}
    lost += bool(failed) and is_wanted
    print("LOST" if failed and is_wanted else "fail" if failed else "ok  ", each.name, flush=True)
    for name, why in said.items():
        if why:
            print(f"     {name}: {why}", flush=True)
print(", ".join(f"{name} {count}" for name, count in passed.items()), f"of {len(checks)}")
print(f"{lost} lost")
sys.stdout.flush()
# Threads of clients that hang are not waited for.
os._exit(1 if lost else 0)
