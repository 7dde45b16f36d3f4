#!/usr/bin/env bash
# Builds src/zuan/tracing/data/echarts.sankey.js, which pages written with --html carry.
set -euo pipefail
cd "$(dirname "$0")"
npm ci --silent --no-progress
version=$(node -p "require('./node_modules/echarts/package.json').version")
mkdir -p ../../src/zuan/tracing/data
./node_modules/.bin/esbuild entry.js --bundle --minify --target=es2018 --log-level=warning \
    --banner:js="/* Apache ECharts $version, Sankey only. Copyright The Apache Software Foundation, Apache License 2.0. Contains zrender (BSD 3-Clause, Baidu) and tslib (0BSD, Microsoft). */" \
    --outfile=../../src/zuan/tracing/data/echarts.sankey.js
