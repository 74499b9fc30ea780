"""QGIS Server's GetPrint in this process: print_qgis.py FOLDER OUT.pdf MINX MINY MAXX MAXY WIDTH HEIGHT SCALE COUNT

FOLDER has buildings.shp, roads.shp and points.shp; the extent is in EPSG:32637, sides in millimetres. Prints a JSON
object: seconds of each request, the first of which reads the project, bytes, and the most memory (kB) the process had.
"""
import json
import os
import resource
import sys
import tempfile
import time

os.environ['QT_QPA_PLATFORM'] = 'offscreen'
os.environ['QGIS_SERVER_LOG_LEVEL'] = '2'
from qgis.PyQt.QtGui import QColor, QFont
from qgis.core import (QgsApplication, QgsCoordinateReferenceSystem, QgsFillSymbol, QgsLayoutItemMap, QgsLayoutSize, QgsLayoutPoint,
                       QgsLineSymbol, QgsMarkerSymbol, QgsPalLayerSettings, QgsPrintLayout, QgsProject, QgsRectangle,
                       QgsTextFormat, QgsUnitTypes, QgsVectorLayer, QgsVectorLayerSimpleLabeling)
from qgis.server import QgsBufferServerRequest, QgsBufferServerResponse, QgsServer


def add_layers(project, folder):
    points = QgsMarkerSymbol.createSimple({'name': 'circle', 'color': '#2040c0', 'size': '1', 'size_unit': 'MM', 'outline_style': 'no'})
    roads = QgsLineSymbol.createSimple({'color': '#c05020', 'width': '0.4', 'width_unit': 'MM'})
    houses = QgsFillSymbol.createSimple({'color': '#d8d8d8', 'outline_color': '#777777', 'outline_width': '0.13', 'outline_width_unit': 'MM'})
    for name, symbol in (('buildings', houses), ('roads', roads), ('points', points)):
        layer = QgsVectorLayer(os.path.join(folder, name + '.shp'), name, 'ogr')
        layer.renderer().setSymbol(symbol)
        if name == 'roads':
            settings, form = QgsPalLayerSettings(), QgsTextFormat()
            form.setFont(QFont('Noto Sans'))
            form.setSize(7)
            form.setColor(QColor('#222222'))
            settings.fieldName, settings.placement = 'name', QgsPalLayerSettings.Curved
            settings.setFormat(form)
            layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
            layer.setLabelsEnabled(True)
        project.addMapLayer(layer)


def add_layout(project, extent, width, height):
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    layout.setName('plan')
    layout.pageCollection().page(0).setPageSize(QgsLayoutSize(width, height, QgsUnitTypes.LayoutMillimeters))
    item = QgsLayoutItemMap(layout)
    item.setId('map0')
    layout.addLayoutItem(item)
    item.attemptMove(QgsLayoutPoint(0, 0, QgsUnitTypes.LayoutMillimeters))
    item.attemptResize(QgsLayoutSize(width, height, QgsUnitTypes.LayoutMillimeters))
    item.setExtent(extent)
    project.layoutManager().addLayout(layout)


def main():
    folder, out = sys.argv[1:3]
    box, (width, height, _, count) = [float(v) for v in sys.argv[3:7]], [float(v) for v in sys.argv[7:11]]
    application = QgsApplication([], False)
    server = QgsServer()
    if 'QGIS_SERVER_MODULES' in os.environ:  # unpacked somewhere else
        interface = server.serverInterface()
        interface.serviceRegistry().init(os.environ['QGIS_SERVER_MODULES'], interface)
    project = QgsProject()
    project.setCrs(QgsCoordinateReferenceSystem('EPSG:32637'))
    add_layers(project, folder)
    add_layout(project, QgsRectangle(*box), width, height)
    with tempfile.TemporaryDirectory() as temp:
        path = os.path.join(temp, 'plan.qgs')
        project.write(path)
        seconds = []
        for _ in range(int(count)):
            answer = QgsBufferServerResponse()
            request = QgsBufferServerRequest(
                f'http://localhost/?MAP={path}&SERVICE=WMS&VERSION=1.3.0&REQUEST=GetPrint&TEMPLATE=plan&FORMAT=pdf&CRS=EPSG:32637'
                f'&LAYERS=buildings,roads,points&DPI=300&map0:EXTENT={",".join(map(str, box))}')
            begin = time.monotonic()
            server.handleRequest(request, answer)
            seconds.append(time.monotonic() - begin)
            body = bytes(answer.body())
            if not body.startswith(b'%PDF'):
                raise SystemExit(body[:500].decode())
        with open(out, 'wb') as file:
            file.write(body)
    json.dump({'seconds': seconds, 'bytes': len(body), 'kb': resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}, sys.stdout)
    sys.stdout.flush()
    del application
    os._exit(0)  # its own end is not measured, and not always a good one


main()
