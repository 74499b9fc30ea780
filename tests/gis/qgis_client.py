"""QGIS without a window, for tests: does what it is told by JSON on its standard input, prints what it saw as JSON.

Input: {"profile": folder, "jobs": [job, ...]}. A job adds a picture, {"provider": "wms", "uri": {...}}, or one layer,
{"provider": "OAPIF" or "WFS", "uri": {...}}, and then
  "reads": [{"subset": SQL, "expression": text, "rect": [west, south, east, north], "every": n, "raw": true}, ...]
      counts the features and gives every n-th in full, in lon/lat order as QGIS holds them;
  "edits": [{"add": {attributes}, "wkt": text}, {"change": expression, "set": {attributes}, "wkt": text},
            {"delete": expression}, ...]
      makes them in one edit session and commits it;
or draws layers that jobs before it added, {"render": [job numbers], "rect": [...], "image": file}.
Output: a list with one answer for each job.
"""
import json
import os
import sys
from urllib.parse import urlencode

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (Qgis, QgsApplication, QgsCoordinateReferenceSystem, QgsDataSourceUri, QgsExpression,  # noqa: E402
                       QgsFeature, QgsFeatureRequest, QgsGeometry, QgsMapRendererParallelJob, QgsMapSettings,
                       QgsPointXY, QgsRaster, QgsRasterLayer, QgsRectangle, QgsVectorLayer, QgsWkbTypes)
from qgis.PyQt.QtCore import QDate, QDateTime, QSize, Qt, QTime, QVariant  # noqa: E402
from qgis.PyQt.QtGui import QColor  # noqa: E402


def plain(value):
    """A value of an attribute as JSON has it."""
    if value is None or (isinstance(value, QVariant) and value.isNull()):
        return None
    if isinstance(value, QDateTime):
        return value.toString(Qt.ISODateWithMs)
    if isinstance(value, (QDate, QTime)):
        return value.toString(Qt.ISODate)
    if isinstance(value, (list, tuple)):
        return [plain(v) for v in value]
    return value if isinstance(value, (bool, int, float, str, dict)) else str(value)


def whole(feature, names):
    geometry = feature.geometry()
    return {"properties": dict(zip(names, (plain(v) for v in feature.attributes()))),
            "geometry": None if geometry.isNull() else json.loads(geometry.asJson(17))}


def read(layer, ask):
    answer = {"accepted": True}
    if "subset" in ask:
        answer["accepted"] = layer.setSubsetString(ask["subset"])
    answer["count"] = layer.featureCount()
    request = QgsFeatureRequest()
    if "expression" in ask:
        request.setFilterExpression(ask["expression"])
    if "rect" in ask:
        request.setFilterRect(QgsRectangle(*ask["rect"]))
    names = [field.name() for field in layer.fields()]
    answer["read"], answer["features"] = 0, []
    for feature in layer.getFeatures(request):
        if answer["read"] % ask.get("every", 1) == 0:
            answer["features"].append(whole(feature, names))
        answer["read"] += 1
    if "subset" in ask:
        layer.setSubsetString("")
    return answer


def edit_one(layer, edit):
    if "add" in edit:
        feature = QgsFeature(layer.fields())
        for name, value in edit["add"].items():
            feature.setAttribute(name, value)
        if "wkt" in edit:
            feature.setGeometry(QgsGeometry.fromWkt(edit["wkt"]))
        return layer.addFeature(feature)
    expression = edit.get("change", edit.get("delete"))
    ids = [f.id() for f in layer.getFeatures(QgsFeatureRequest(QgsExpression(expression)))]
    if "delete" in edit:
        return bool(ids) and layer.deleteFeatures(ids)
    done = bool(ids)
    for fid in ids:
        for name, value in edit.get("set", {}).items():
            done = layer.changeAttributeValue(fid, layer.fields().indexOf(name), value) and done
        if "wkt" in edit:
            done = layer.changeGeometry(fid, QgsGeometry.fromWkt(edit["wkt"])) and done
    return done


def edit_all(layer, edits):
    answer = {"started": layer.startEditing()}
    answer["done"] = [edit_one(layer, edit) for edit in edits]
    answer["committed"] = layer.commitChanges()
    answer["errors"] = layer.commitErrors()
    if not answer["committed"]:
        layer.rollBack()
    return answer


def add(job):
    uri = QgsDataSourceUri()
    for name, value in job["uri"].items():
        uri.setParam(name, value)
    # one that could not be added has no fields
    layer = QgsVectorLayer(uri.uri(False), job["uri"]["typename"], job["provider"])
    answer = {"valid": layer.isValid(), "error": layer.error().message()}
    if layer.isValid():
        answer.update(crs=layer.crs().authid(), count=layer.featureCount(), type=QgsWkbTypes.displayString(layer.wkbType()),
                      fields=[[f.name(), f.typeName()] for f in layer.fields()],
                      capabilities=layer.dataProvider().capabilitiesString(),
                      editable=bool(layer.dataProvider().capabilities() & layer.dataProvider().AddFeatures))
        answer["reads"] = [read(layer, ask) for ask in job.get("reads", [])]
        if "edits" in job:
            answer["edits"] = edit_all(layer, job["edits"])
    return layer, answer


def add_picture(job):
    layer = QgsRasterLayer(urlencode(job["uri"]), job["uri"]["layers"], "wms")
    answer = {"valid": layer.isValid(), "error": layer.error().message()}
    if layer.isValid():
        answer["crs"] = layer.crs().authid()
        box = layer.extent()
        answer["extent"] = [box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()]
        if "identify" in job:
            x, y, *box = job["identify"]
            result = layer.dataProvider().identify(QgsPointXY(x, y), QgsRaster.IdentifyFormatText, QgsRectangle(*box), 400, 400)
            answer["identified"] = [str(v) for v in result.results().values()]
    return layer, answer


def render(job, layers):
    settings = QgsMapSettings()
    settings.setLayers([layers[i] for i in job["render"]])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    settings.setExtent(QgsRectangle(*job["rect"]))
    settings.setOutputSize(QSize(640, 480))
    settings.setBackgroundColor(QColor(255, 255, 255))
    task = QgsMapRendererParallelJob(settings)
    task.start()
    task.waitForFinished()
    image = task.renderedImage()
    image.save(job["image"])
    white = QColor(255, 255, 255).rgb()
    pixels = [image.pixel(x, y) for y in range(0, image.height(), 2) for x in range(0, image.width(), 2)]
    return {"painted": sum(p != white for p in pixels) / len(pixels), "colours": len(set(pixels)),
            "errors": [e.message for e in task.errors()]}


def main():
    told = json.load(sys.stdin)
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False, told["profile"])
    application.initQgis()
    messages = []
    application.messageLog().messageReceived.connect(
        lambda text, tag, level: messages.append(f"{tag}: {text}") if level in (Qgis.Warning, Qgis.Critical) else None)
    layers, answers = [], []
    for job in told["jobs"]:
        layer, answer = (None, render(job, layers)) if "render" in job else add_picture(job) if job["provider"] == "wms" else add(job)
        application.processEvents()
        answer["messages"] = messages[:]
        messages.clear()
        layers.append(layer)
        answers.append(answer)
    json.dump(answers, sys.stdout, ensure_ascii=False)
    sys.stdout.flush()
    os._exit(0)  # the end of QGIS in a Python that ends crashes now and then


main()
