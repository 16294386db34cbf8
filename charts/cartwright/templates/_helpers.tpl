{{- define "cartwright.labels" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/part-of: cartwright
app.kubernetes.io/version: {{ include "cartwright.tag" .root | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- end }}

{{- define "cartwright.selector" -}}
app.kubernetes.io/name: {{ .name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- end }}

{{- define "cartwright.tag" -}}
{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- /* A setting of a service, or else the usual one. */ -}}
{{- define "cartwright.autoscaling" -}}
{{ mergeOverwrite (deepCopy .root.Values.defaults.autoscaling) (.service.autoscaling | default dict) | toYaml }}
{{- end }}

{{- define "cartwright.replicas" -}}
{{ .service.replicas | default .root.Values.defaults.replicas }}
{{- end }}
