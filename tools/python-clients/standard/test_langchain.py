"""LangChain's standard tests of chat models, once for every target of TANDEM_TARGETS."""

import json
import os

from langchain_openai import ChatOpenAI
from langchain_tests.integration_tests import ChatModelIntegrationTests


def tests_of(target):
    """Makes the class of tests of one server, model and interface."""

    class Tests(ChatModelIntegrationTests):
        @property
        def chat_model_class(self):
            return ChatOpenAI

        @property
        def chat_model_params(self):
            return {
                "base_url": target["url"],
                "model": target["model"],
                "api_key": "none",
                "use_responses_api": target["responses"],
                "stream_usage": True,
                "max_retries": 0,
            }

        # Those of pictures, sounds and documents fetch theirs from the web.
        supports_json_mode = True
        has_tool_choice = True

    return Tests


for each in json.loads(os.environ["TANDEM_TARGETS"]):
    made = tests_of(each)
    made.__name__ = made.__qualname__ = f"Test_{each['name']}"
    globals()[made.__name__] = made
