"""OWSLib for tests: calls what it is told by JSON on its standard input, prints the answers as a JSON list.

Input: {"url": address, "service": "features", "wms 1.3.0" or a version of WFS, "calls": [[method or attribute, {arguments}], ...]}.
"""
import json
import struct
import sys


def features(url):
    from owslib.ogcapi.features import Features
    return Features(url)


def wfs(url, version):
    from owslib.wfs import WebFeatureService
    return WebFeatureService(url, version=version)


def wms(url, version):
    from owslib.wms import WebMapService
    return WebMapService(url, version=version)


def described(service):
    """What the capabilities say, as far as OWSLib understands them."""
    return {"title": service.identification.title, "version": service.identification.version,
            "operations": {op.name: [method["type"] for method in op.methods] for op in service.operations},
            "types": {name: {"title": one.title, "box": one.boundingBoxWGS84, "crs": [c if isinstance(c, str) else c.getcode() for c in one.crsOptions]}
                      for name, one in service.contents.items()}}


def called(service, name, arguments):
    if name == "capabilities":
        return described(service)
    answer = getattr(service, name)(**arguments)
    answer = answer.read() if hasattr(answer, "read") else answer
    if isinstance(answer, bytes) and answer[:1] == b"\x89":
        return {"png": list(struct.unpack(">II", answer[16:24]))}
    return answer.decode() if isinstance(answer, bytes) else answer


def main():
    told = json.load(sys.stdin)
    if told["service"] == "features":
        service = features(told["url"])
    elif told["service"].startswith("wms "):
        service = wms(told["url"], told["service"][4:])
    else:
        service = wfs(told["url"], told["service"])
    answers = []
    for name, arguments in told["calls"]:
        try:
            answers.append({"ok": called(service, name, arguments)})
        except Exception as error:  # the answer of a call that should fail
            answers.append({"error": f"{type(error).__name__}: {error}"})
    json.dump(answers, sys.stdout, ensure_ascii=False, default=str)


main()
