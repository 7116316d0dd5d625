{{/* What several manifests share. */}}
{{- define "throughline.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "throughline.labels" -}}
app.kubernetes.io/name: throughline
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "throughline.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets: {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile: {type: RuntimeDefault}
{{- end -}}

{{- define "throughline.container" -}}
image: {{ include "throughline.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end -}}

{{- define "throughline.environment" -}}
- {name: THROUGHLINE_SECRETS, value: /run/secrets/throughline}
- {name: THROUGHLINE_LOG_FORMAT, value: {{ .Values.settings.logFormat | quote }}}
{{- if .Values.settings.demo }}
- {name: THROUGHLINE_DEMO, value: "1"}
{{- end }}
{{- with .Values.settings.address }}
- {name: THROUGHLINE_ADDRESS, value: {{ . | quote }}}
{{- end }}
{{- with .Values.settings.otlpEndpoint }}
- {name: THROUGHLINE_OTLP_ENDPOINT, value: {{ . | quote }}}
{{- end }}
{{- end -}}

{{- define "throughline.kafka" -}}
- {name: THROUGHLINE_KAFKA_BOOTSTRAP, value: {{ .Values.settings.kafkaBootstrap | quote }}}
- {name: THROUGHLINE_KAFKA_SECURITY_PROTOCOL, value: {{ .Values.settings.kafkaSecurityProtocol }}}
{{- with .Values.settings.kafkaUsername }}
- {name: THROUGHLINE_KAFKA_USERNAME, value: {{ . | quote }}}
- {name: THROUGHLINE_KAFKA_PASSWORD_FILE, value: /run/secrets/throughline/kafka_password}
{{- end }}
{{- end -}}

{{/* The Secret's files, each process only its own; `files` are their names. */}}
{{- define "throughline.secretFiles" -}}
- name: secrets
  secret:
    secretName: {{ .root.Values.secretName }}
    defaultMode: 0440
    items:
      {{- range .files }}
      - {key: {{ . }}, path: {{ . }}}
      {{- end }}
{{- end -}}

{{/* A file of a Secret is readable by its group, which the key file may not be: it is copied into memory. */}}
{{- define "throughline.keys" -}}
- name: keys
  {{- include "throughline.container" . | nindent 2 }}
  command: [install, -m, "0400", /sealed/keys.json, /keys/keys.json]
  volumeMounts:
    - {name: sealed, mountPath: /sealed, readOnly: true}
    - {name: keys, mountPath: /keys}
{{- end -}}

{{- define "throughline.keyVolumes" -}}
- name: sealed
  secret:
    secretName: {{ .Values.secretName }}
    defaultMode: 0440
    items:
      - {key: keys.json, path: keys.json}
- name: keys
  emptyDir: {medium: Memory, sizeLimit: 1Mi}
- name: tmp
  emptyDir: {sizeLimit: 64Mi}
{{- end -}}
