#!/bin/sh
# The figures of the examples into one folder, with an index page: what each script says of itself, its pictures, what it printed.
#     sh examples/figures.sh PROGRAM FOLDER
set -eu
program=$1
folder=$2
cd "$(dirname "$0")/.."
mkdir -p "$folder"
page="$folder/index.html"

escaped() { sed -e 's/&/\&amp;/g' -e 's/</\&lt;/g' -e 's/>/\&gt;/g'; }

cat > "$page" <<'HEAD'
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Figures</title>
<style>
body { max-width: 52rem; margin: 2rem auto; padding: 0 1rem; font: 16px/1.5 system-ui, sans-serif; color: #191919; background: #fff }
img { width: 100%; margin: 0.5rem 0 }
pre { font-size: 12px; overflow-x: auto; background: #f4f4f4; padding: 0.8rem }
summary { color: #5a5a5a }
</style></head><body>
<h1>Figures</h1>
HEAD

for name in quartic_and_histograms two_bulks bias_breaks_isospectrality signal_through_layers phase_diagram your_own_data \
    labels_after_one_step learning_nonlinear_features covariance_knob why_features_align edge_of_chaos dynamical_isometry \
    double_descent staircase critical_step; do
    script="examples/$name.rsv"
    echo "$script"
    "$program" --out "$folder" "$script" > "$folder/$name.txt" 2> "$folder/$name.warnings"
    {
        # the comment at the head of the script
        printf '<h2 id="%s"><a href="#%s">%s</a></h2>\n<p>' "$name" "$name" "$(echo "$name" | tr _ ' ')"
        sed -n '/^#/!q; s/^# *//p' "$script" | escaped
        printf '</p>\n'
        sed -n 's/^.*file = "\([^"]*\.svg\)".*$/\1/p' "$script" | while read -r picture; do
            printf '<a href="%s"><img src="%s" alt="%s"></a>\n' "$picture" "$picture" "${picture%.svg}"
        done
        printf '<details><summary>script and output</summary>\n<pre>'
        escaped < "$script"
        printf '</pre>\n<pre>'
        escaped < "$folder/$name.txt"
        printf '</pre></details>\n'
    } >> "$page"
done
printf '</body></html>\n' >> "$page"
echo "$page"
