// The Sankey diagram of Apache ECharts, drawn as SVG: what src/zuan/tracing/picture.py needs, and nothing else.
import { init, use } from "echarts/core";
import { SankeyChart } from "echarts/charts";
import { TooltipComponent } from "echarts/components";
import { SVGRenderer } from "echarts/renderers";

use([SankeyChart, TooltipComponent, SVGRenderer]);
globalThis.echarts = { init };
